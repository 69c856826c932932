"""Shows a PDF or a picture inside the program, from bytes in memory: pages, zoom, and a clear word where it cannot."""

from __future__ import annotations

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QPointF,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.basics import name_tool, tool
from policy.i18n import tr

PDF = "application/pdf"
_ZOOM_STEP = 1.25
_ZOOM_LIMITS = (0.1, 8.0)
_TALLEST = 25  # times its width: a long screenshot; each page is drawn whole, so a strip would take all memory
_MOST_PIXELS = 80_000_000  # of one page: 320 MB
_LONGEST_SIDE = 6000  # more than a screen at 200 % shows; keeps an A3 scan at 600 dpi out of memory


class _Decoded(QObject):
    """Carries a picture from the decoding thread to the widget."""

    done = Signal(int, QImage)


class _Decode(QRunnable):
    """Reads a picture off the GUI thread, turned as the camera says."""

    def __init__(self, number: int, data: QByteArray, answer: _Decoded) -> None:
        super().__init__()
        self._number, self._data, self._answer = number, data, answer

    def run(self) -> None:
        buffer = QBuffer()
        buffer.setData(self._data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > _LONGEST_SIDE:
            limit = QSize(_LONGEST_SIDE, _LONGEST_SIDE)
            reader.setScaledSize(size.scaled(limit, Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        del reader  # before its buffer: on its way out the TIFF reader looks at it once more
        self._answer.done.emit(self._number, image)


class PictureView(QScrollArea):
    """A picture fitted to the pane, or at a zoom of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._zoom = 0.0  # 0: fitted to the pane
        self._label = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_image(self, image: QImage) -> None:
        """Show a picture, fitted."""
        self._image, self._zoom = image, 0.0
        self._draw()

    def image(self) -> QImage:
        """The picture as shown, before scaling."""
        return self._image

    def zoom_by(self, factor: float) -> None:
        """Larger or smaller; 0 fits the pane again."""
        self._zoom = 0.0 if factor == 0 else min(max(self._factor() * factor, _ZOOM_LIMITS[0]), _ZOOM_LIMITS[1])
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if not self._zoom:
            self._draw()

    def _factor(self) -> float:
        if self._zoom or self._image.isNull():
            return self._zoom or 1.0
        room = self.viewport().size()
        return min(room.width() / self._image.width(), room.height() / self._image.height(), 1.0)

    def _draw(self) -> None:
        if self._image.isNull():
            self._label.clear()
            return
        ratio = self.devicePixelRatioF()
        factor = self._factor() * ratio
        size = QSize(max(1, int(self._image.width() * factor)), max(1, int(self._image.height() * factor)))
        smooth = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(self._image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        pixmap.setDevicePixelRatio(ratio)
        self._label.setPixmap(pixmap)


class DocumentViewer(QWidget):
    """A pane for one document. `shown(pages)` tells that it is on screen (0: it cannot be shown)."""

    shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buffer: QBuffer | None = None
        self._number = 0
        self._largest = 0.0  # square points of the largest page
        self._message = ""
        self._answer = _Decoded(self)
        self._answer.done.connect(self._picture_came)
        self.document = QPdfDocument(self)
        self.pages = QPdfView(self)
        self.pages.setDocument(self.document)
        self.pages.setPageMode(QPdfView.PageMode.MultiPage)
        self.pages.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.pages.setFrameShape(QFrame.Shape.NoFrame)
        self.picture = PictureView()
        self.note = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.note.setMargin(24)
        self.stack = QStackedWidget()
        for shown in (self.note, self.pages, self.picture):
            self.stack.addWidget(shown)
        self.page_number = QSpinBox(minimum=1, maximum=1)
        self.page_count = QLabel()
        self.page_number.setKeyboardTracking(False)
        self.smaller, self.larger, self.fitted = tool("zoom-out"), tool("zoom-in"), tool("eye")
        self.fitted.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(4)
        bar.addWidget(self.page_number)
        bar.addWidget(self.page_count)
        bar.addStretch(1)
        for button in (self.smaller, self.larger, self.fitted):
            bar.addWidget(button)
        self.bar = QWidget()
        self.bar.setLayout(bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.stack, 1)
        self.page_number.valueChanged.connect(self._go)
        self.pages.pageNavigator().currentPageChanged.connect(self._page_changed)
        self.smaller.clicked.connect(lambda: self._zoom(1 / _ZOOM_STEP))
        self.larger.clicked.connect(lambda: self._zoom(_ZOOM_STEP))
        self.fitted.clicked.connect(lambda: self._zoom(0))
        self.retranslate()
        self.clear()

    def retranslate(self) -> None:
        """Set every text in the language in force."""
        self.page_number.setAccessibleName(tr("页码"))
        self.page_number.setToolTip(tr("转到某一页"))
        for button, text in ((self.smaller, tr("缩小")), (self.larger, tr("放大")), (self.fitted, tr("适合宽度"))):
            name_tool(button, text)
        self.note.setAccessibleName(tr("预览"))
        self.pages.setAccessibleName(tr("预览"))
        self.picture.setAccessibleName(tr("预览"))

    def clear(self, message: str = "") -> None:
        """Show nothing but a sentence."""
        self._number += 1
        self._drop()
        self.note.setText(message)
        self.stack.setCurrentWidget(self.note)
        self.bar.setVisible(False)

    def show_bytes(self, media_type: str, data: bytes) -> None:
        """Show a PDF or a picture from memory; anything else gets a sentence that says how to see it."""
        if media_type == PDF:
            self._show_pdf(data)
        elif media_type.startswith("image/"):
            self.clear(tr("正在打开图片…"))
            QThreadPool.globalInstance().start(_Decode(self._number, QByteArray(data), self._answer))
        else:
            self.clear(tr("这类文件不能在程序内预览。需要查看时请另存副本。"))
            self.shown.emit(0)

    def _show_pdf(self, data: bytes) -> None:
        self.clear()
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        error = self.document.error()
        if error != QPdfDocument.Error.None_ or self.document.pageCount() < 1:
            locked = error == QPdfDocument.Error.IncorrectPassword
            self.clear(
                tr("这份 PDF 设有打开密码，不能预览。文件已原样保存。")
                if locked
                else tr("这份 PDF 已损坏，不能预览。文件已原样保存，可另存副本查看。")
            )
            self.shown.emit(0)
            return
        count = self.document.pageCount()
        sizes = [self.document.pagePointSize(page) for page in range(count)]
        if any(size.height() > _TALLEST * size.width() for size in sizes):
            self.clear(tr("这份 PDF 有一页特别窄长，不能预览。文件已原样保存，可另存副本查看。"))
            self.shown.emit(0)
            return
        self._largest = max(size.width() * size.height() for size in sizes)
        self.page_number.setMaximum(count)
        self.page_number.setValue(1)
        self.page_count.setText(tr("共 {count} 页", count=count))
        self._turn_on(self.pages, paged=True)
        self.shown.emit(count)

    @Slot(int, QImage)
    def _picture_came(self, number: int, image: QImage) -> None:
        if number != self._number:
            return  # another document was asked for meanwhile
        if image.isNull():
            self.clear(tr("这张图片不能在程序内预览。文件已原样保存，可另存副本查看。"))
            self.shown.emit(0)
            return
        self.picture.show_image(image)
        self._turn_on(self.picture, paged=False)
        self.shown.emit(1)

    def _turn_on(self, widget: QWidget, *, paged: bool) -> None:
        self.page_number.setVisible(paged)
        self.page_count.setVisible(paged)
        self.bar.setVisible(True)
        self.stack.setCurrentWidget(widget)

    def _drop(self) -> None:
        self.document.close()
        if self._buffer is not None:
            self._buffer.close()
            self._buffer.deleteLater()
            self._buffer = None
        self.picture.show_image(QImage())

    def _go(self, page: int) -> None:
        if page - 1 != self.pages.pageNavigator().currentPage():
            self.pages.pageNavigator().jump(page - 1, QPointF())

    def _page_changed(self, page: int) -> None:
        self.page_number.blockSignals(True)
        self.page_number.setValue(page + 1)
        self.page_number.blockSignals(False)

    def _zoom(self, factor: float) -> None:
        if self.stack.currentWidget() is self.picture:
            self.picture.zoom_by(factor)
        elif factor == 0:
            self.pages.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        else:
            width = self.document.pagePointSize(0).width() * self.logicalDpiX() / 72 or 1
            fit = self.pages.zoomMode() == QPdfView.ZoomMode.FitToWidth
            now = self.pages.viewport().width() / width if fit else self.pages.zoomFactor()
            self.pages.setZoomMode(QPdfView.ZoomMode.Custom)
            at_once = self._largest * (self.logicalDpiX() / 72 * self.devicePixelRatioF()) ** 2 or 1
            most = min(_ZOOM_LIMITS[1], (_MOST_PIXELS / at_once) ** 0.5)
            self.pages.setZoomFactor(min(max(now * factor, _ZOOM_LIMITS[0]), most))
