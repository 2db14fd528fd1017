"""``python -m minibroker`` is the minibroker command."""

from minibroker.ui.cli import main

if __name__ == "__main__":
    main()
