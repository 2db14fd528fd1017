"""Commands on the settings."""

from __future__ import annotations

from cyclopts import App

from minibroker.ui.app import Options, app

config = App(name="config", help="Settings.\n\nExample: minibroker config show")
app.command(config)


@config.command
def show(key: str = "", *, options: Options = Options()) -> None:
    """Show each setting, its value and where that came from; secrets are masked.

    Parameters
    ----------
    key
        Show only the settings whose key contains this.

    Example: minibroker config show kafka
    """
    from minibroker.config import list_settings

    found = [each for each in list_settings(options.settings()) if key in each.key]
    rows = [(each.key, each.value, each.origin) for each in found]
    options.report.rows(("setting", "value", "from"), rows)
