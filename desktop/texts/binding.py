"""Why a file is only listed in the application's book and not bound in."""

from __future__ import annotations

from policy.i18n import mark, tr

# keys are those the book's writer gives
_REASONS = {
    "paper": mark("只有纸质原件，未存电子文件"),
    "missing": mark("文件读不出来，请从备份恢复或重新添加"),
    "empty": mark("文件是空的"),
    "password": mark("文件有打开密码，请取消密码后重新添加"),
    "damaged": mark("文件已损坏，请换一份"),
    "layers": mark("文件含有隐藏图层，请先打印成新的 PDF"),
    "too_large": mark("图片像素过多，请先缩小"),
    "kind": mark("此类文件不能装订，随报送包一起报送"),
}


def reason_text(reason: str) -> str:
    """Why a file is only listed in the book."""
    return tr(_REASONS[reason]) if reason in _REASONS else reason
