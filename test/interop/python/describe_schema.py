"""Prints the tables and indices of a new database of Optuna's, and what it says of its version, as JSON.

    python describe_schema.py > ../fixtures/optuna-schema.json
"""

import json
import os
import sqlite3
import tempfile

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "optuna.db")
    optuna.create_study(storage=f"sqlite:///{file}")
    database = sqlite3.connect(file)
    schema = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    version_info = database.execute("SELECT * FROM version_info").fetchall()
    alembic_version = database.execute("SELECT * FROM alembic_version").fetchall()
    database.close()
print(json.dumps({"schema": schema, "version_info": version_info, "alembic_version": alembic_version}, indent=2))
