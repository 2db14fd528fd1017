"""The command that makes a shell complete the others."""

from __future__ import annotations

from typing import Literal

from minibroker.ui.app import Options, app


@app.command
def completion(shell: Literal["bash", "zsh"], *, options: Options = Options()) -> None:
    """Print what makes bash or zsh complete commands, options and files.

    For bash, load it in ~/.bashrc: eval "$(minibroker completion bash)". For zsh, write it to a
    file _minibroker in a folder of $fpath.

    Parameters
    ----------
    shell
        The shell that will read it.

    Example: minibroker completion bash
    """
    script = app.generate_completion(shell=shell)
    if options.json:
        options.report.value({"ok": True, "shell": shell, "script": script})
    else:
        options.report.text(script)
