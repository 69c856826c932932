"""Results and their conversion, the policy layer's records, targets without a pack; the literal SQL lies beside this."""

from pathlib import Path


def up(migrator, db):
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
