"""`python -m infra.cli`, where the launcher hands over."""

from infra.cli.app import app

if __name__ == "__main__":
    app(prog_name="kaska")
