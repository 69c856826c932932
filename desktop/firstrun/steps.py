"""The pages of the first run: language, place, organisation, passphrase with recovery code, how to start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.firstrun.frombackup import BackupChoice
from desktop.kindsofdesk import KINDS
from desktop.look import GRID
from desktop.passphrase import LEAST, NewPassphrase
from desktop.widgets.basics import StatusChip, heading, name_row, quiet
from desktop.widgets.recovery import RecoveryCode
from policy import i18n
from policy.i18n import tr

_PAUSE_MS = 300  # after typing, before the folder is looked at


class Step(QWidget):
    """One page: a heading, parts, and what is still missing in it (`changed` tells)."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._text = heading(large=True), quiet()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(GRID)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addSpacing(GRID)

    def set_heading(self, title: str, text: str) -> None:
        """What this step is about."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def missing(self) -> list[str]:
        """What is needed before one may go on, in words; nothing: go on."""
        return []

    def retranslate(self) -> None:
        """Texts in the language in force."""


class Steps(QWidget):
    """The steps, one shown at a time, which alone asks for room: a short one never scrolls because another is long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._place = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, step: Step) -> None:  # noqa: N802 - as Qt's stacks have it
        self._column.addWidget(step)
        step.setVisible(not self._steps)
        self._steps.append(step)

    def count(self) -> int:
        return len(self._steps)

    def widget(self, place: int) -> Step:
        return self._steps[place]

    def indexOf(self, step: Step) -> int:  # noqa: N802 - as Qt's stacks have it
        return self._steps.index(step)

    def currentIndex(self) -> int:  # noqa: N802 - as Qt's stacks have it
        return self._place

    def currentWidget(self) -> Step:  # noqa: N802 - as Qt's stacks have it
        return self._steps[self._place]

    def setCurrentIndex(self, place: int) -> None:  # noqa: N802 - as Qt's stacks have it
        self._steps[self._place].hide()
        self._place = place
        self._steps[place].show()


class LanguageStep(Step):
    """Each language by its own name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        for code, text in (("zh", "简体中文"), ("en", "English")):  # i18n: names of languages stay as they are
            button = QRadioButton(text)
            button.setChecked(i18n.language() == code)
            button.toggled.connect(lambda on, code=code: self.chosen.emit(code) if on else None)
            self._group.addButton(button)
            self.body.addWidget(button)
        self.body.addStretch(1)

    def retranslate(self) -> None:
        self.set_heading(tr("欢迎使用孵转台"), tr("选择界面语言，以后可以随时在“设置”里更换。"))


class PlaceStep(Step):
    """A new workspace, one that exists, or one brought back from a backup; and its folder.

    `drive_asked(folder)` wants to know whether a cloud drive keeps the folder in step: `show_drive` tells.
    """

    drive_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new, self.existing, self.restore = QRadioButton(), QRadioButton(), QRadioButton()
        self.new.setChecked(True)
        for button in (self.new, self.existing, self.restore):
            button.toggled.connect(self._switched)
            self.body.addWidget(button)
        self.folder = QLineEdit(str(Path.home() / "fuzhuan"))
        self.backup, self.secret = BackupChoice(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._browse = QPushButton()
        self._browse.clicked.connect(self._choose)
        self.form = QFormLayout()
        self.form.setSpacing(GRID)
        self._folder_line = _beside(self.folder, self._browse)
        self.form.addRow(" ", self._folder_line)
        self.form.addRow(" ", self.backup)
        self.form.addRow(" ", self.secret)
        self.body.addSpacing(GRID)
        self.body.addLayout(self.form)
        self._note = quiet()
        self._drive = ""
        self.warning = StatusChip()
        self.body.addWidget(self._note)
        self.body.addWidget(self.warning)
        self.body.addStretch(1)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE_MS)
        self._typed.timeout.connect(lambda: self.drive_asked.emit(self.folder.text().strip()))
        self.folder.textChanged.connect(lambda _text: self._typed.start())
        for edit in (self.folder, self.secret):
            edit.textChanged.connect(self.changed)
        self.backup.changed.connect(self.changed)
        self._switched()

    def retranslate(self) -> None:
        self.set_heading(tr("工作区放在哪里"), tr("全部资料加密存放在这台电脑的一个文件夹里，不上传任何地方。"))
        self.new.setText(tr("新建工作区(&N)"))
        self.existing.setText(tr("打开已有的工作区(&O)"))
        self.restore.setText(tr("从备份恢复(&R)"))
        self._name_folder()
        name_row(self.form, self.backup, tr("备份"), self.backup.place)
        name_row(self.form, self.secret, tr("备份的口令或恢复码"))
        self.backup.retranslate()
        self._browse.setText(tr("浏览…"))
        self._note.setText(tr("请不要放在网盘的同步文件夹里：同步中的副本可能损坏资料。"))
        self._tell_drive()

    def missing(self) -> list[str]:
        back = self.restore.isChecked()
        return _lacking(
            (tr("文件夹"), self.folder.text().strip()),
            (tr("备份"), not back or self.backup.chosen()),
            (tr("备份的口令或恢复码"), not back or self.secret.text()),
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._typed.start()

    def show_drive(self, folder: str, drive: str) -> None:
        """The cloud drive that keeps the folder in step; "" for none."""
        if folder == self.folder.text().strip():
            self._drive = drive
            self._tell_drive()

    def _tell_drive(self) -> None:
        self.warning.setVisible(bool(self._drive))
        self._note.setVisible(not self._drive)
        self.warning.set_state(
            "warn",
            tr("这是 {drive} 的同步文件夹，使用中可能损坏资料；请换一个不同步的文件夹。", drive=self._drive),
        )

    def _switched(self) -> None:
        for line in (self.backup, self.secret):
            self.form.setRowVisible(line, self.restore.isChecked())
        self._name_folder()
        self.changed.emit()

    def _name_folder(self) -> None:
        name = tr("恢复到新文件夹") if self.restore.isChecked() else tr("文件夹")
        name_row(self.form, self._folder_line, name, self.folder)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("选择文件夹"), self.folder.text())
        if folder:
            self.folder.setText(folder)


class OrganisationStep(Step):
    """Whose workspace it is, what that organisation is, and who works with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.person = QLineEdit(), QLineEdit()
        self.form = QFormLayout()
        self.form.setSpacing(GRID)
        self.form.addRow(" ", self.name)
        self.kinds = {code: QCheckBox() for code, _ in KINDS}
        boxes = QWidget()
        column = QVBoxLayout(boxes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for box in self.kinds.values():
            box.toggled.connect(self.changed)
            column.addWidget(box)
        self._later = quiet()
        column.addWidget(self._later)
        self._boxes = boxes
        self.form.addRow(" ", boxes)
        self.form.addRow(" ", self.person)
        self.body.addLayout(self.form)
        self._secrets = QLabel()
        self._secrets.setWordWrap(True)
        self.body.addSpacing(GRID)
        self.body.addWidget(self._secrets)
        self.body.addStretch(1)
        self.name.textChanged.connect(self.changed)
        self.person.textChanged.connect(self.changed)

    def retranslate(self) -> None:
        self.set_heading(tr("单位和操作人"), "")
        for part, text in ((self.name, tr("单位名称")), (self._boxes, tr("单位是")), (self.person, tr("您的姓名"))):
            name_row(self.form, part, text)
        for code, text in KINDS:
            self.kinds[code].setText(tr(text))
        self._later.setText(tr("以后可以在“本机构”里增减，培训、成果与需求等页面随之出现或收起。"))
        self._secrets.setText(
            tr("本程序不得录入国家秘密。涉密成果只能登记编号和涉密标记，其余内容一律不得录入，程序也会拒绝保存。")
        )

    def missing(self) -> list[str]:
        return _lacking(
            (tr("单位名称"), self.name.text().strip()),
            (tr("单位的类别（至少勾一项）"), self.ticked()),
            (tr("您的姓名"), self.person.text().strip()),
        )

    def ticked(self) -> list[str]:
        """The kinds ticked."""
        return [code for code, box in self.kinds.items() if box.isChecked()]


class PassphraseStep(Step):
    """First the passphrase, typed twice; then, the workspace made, the recovery code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new, self.code = NewPassphrase(), RecoveryCode()
        self.body.addWidget(self.new)
        self.body.addWidget(self.code)
        self.body.addStretch(1)
        self.code.hide()
        self.new.changed.connect(lambda _good: self.changed.emit())
        self.code.confirmed.connect(lambda _kept: self.changed.emit())

    def retranslate(self) -> None:
        if self.code.isHidden():
            self.set_heading(tr("设定口令"), tr("口令是打开工作区的钥匙。我们不保存口令，也没有办法替您找回。"))
        else:
            self.set_heading(tr("保管恢复码"), "")
        self.new.retranslate()
        self.code.retranslate()

    def show_code(self, organisation: str, workspace: str, code: str) -> None:
        """The workspace is made: the code is shown this once."""
        self.new.hide()
        self.code.set_code(organisation, workspace, code)
        self.code.show()
        self.retranslate()
        self.changed.emit()

    def missing(self) -> list[str]:
        if not self.code.isHidden():
            return _lacking((tr("照纸页输入恢复码的一组"), self.code.is_confirmed()))
        typed, again = self.new.first.text(), self.new.second.text()
        return _lacking((tr("够长的口令"), len(typed) >= LEAST), (tr("再输一次同样的口令"), typed and typed == again))


class StartStep(Step):
    """Empty, from a spreadsheet, or with the sample."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty, self.sheet, self.sample = QRadioButton(), QRadioButton(), QRadioButton()
        self.empty.setChecked(True)
        self._notes = [quiet(), quiet(), quiet()]
        for button, note in zip((self.empty, self.sheet, self.sample), self._notes, strict=True):
            self.body.addWidget(button)
            note.setIndent(GRID * 3)
            self.body.addWidget(note)
        self.body.addStretch(1)

    def retranslate(self) -> None:
        self.set_heading(tr("从哪里开始"), "")
        self.empty.setText(tr("从空白开始(&E)"))
        self.sheet.setText(tr("导入企业台账（Excel、CSV）(&S)"))
        self.sample.setText(tr("先看示例(&X)"))
        self._notes[0].setText(tr("以后随时可以导入。"))
        self._notes[1].setText(tr("进入后选择文件，先核对各列的对应关系，再导入。"))
        self._notes[2].setText(tr("装入一整年的虚构数据，每个页面和文件都标明“示例”。正式使用时请另建工作区。"))


def _lacking(*asked: tuple[str, object]) -> list[str]:
    """The names of what is blank."""
    return [name for name, value in asked if not value]


def _beside(edit: QLineEdit, button: QPushButton) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID)
    row.addWidget(edit, 1)
    row.addWidget(button)
    return line
