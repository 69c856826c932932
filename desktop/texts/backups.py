"""Sentences about backups and bringing them back."""

from __future__ import annotations

from policy.i18n import mark

SENTENCES: dict[str, str] = {
    "backup.is_a_folder": mark("{path} 是文件夹；请给出备份文件名，没有写入任何内容。"),
    "backup.inside_workspace": mark(
        "文件夹 {path} 在工作区里面，工作区丢失时备份也会丢失；没有改动，请选择另一块盘上的文件夹。"
    ),
    "backup.folder_missing": mark(
        "备份文件夹 {path} 现在找不到（U 盘没有插上，或里面的备份已不在），没有写入；数据没有改动。"
        "请插好后重试，或在“设置 › 备份”里重新选择文件夹。"
    ),
    "backup.store_damaged": mark(
        "数据文件 {path} 已损坏，没有生成新的备份，原有的备份一份也没有删除；最近一次完好的备份：{last}。"
        "请不要继续录入，先从该备份恢复到新文件夹，原文件请保留。"
    ),
    "backup.copy_damaged": mark(
        "写到 {path} 的备份读回来与原件不符，没有生成备份；数据和原有的备份没有改动。请换一块盘或 U 盘后重试。"
    ),
    "backup.keys_changed": mark(
        "备份过程中更换了数据密钥，这一次没有生成备份；数据和原有的备份没有改动。请再备份一次。"
    ),
    "backup.wrong_passphrase": mark(
        "口令不对，没有恢复任何内容，数据没有改动；请输入做这份备份时的口令，或那时的恢复码。"
    ),
    "backup.no_file": mark("在 {file} 没有找到备份，没有恢复任何内容；请检查路径。"),
    "backup.several_sets": mark(
        "文件夹 {path} 里有几套备份，没有恢复任何内容；请选定其中一份（snapshots 下的文件夹）。"
    ),
    "backup.damaged": mark("《{file}》不是完好的备份，没有恢复任何内容；请换一份备份。"),
    "backup.file_damaged": mark(
        "备份《{backup}》里的文件 {file} 已损坏或缺失，没有恢复任何内容；请换一份较早的备份，"
        "或只恢复完好的部分（命令行 restore 加 --skip-damaged）。"
    ),
    "backup.tampered": mark(
        "备份《{file}》的清单与内容不符，可能被改动过，没有恢复任何内容；请换一份备份，并查明原因。"
    ),
}
