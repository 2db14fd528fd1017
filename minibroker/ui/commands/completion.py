"""The command that makes a shell complete the others."""

from __future__ import annotations

from typing import Literal

from minibroker.ui.app import Options, app

# What is generated defines a function: a file in $fpath must call it too, `eval` must bind it.
ZSH_END = """\
if [ "$funcstack[1]" = "_minibroker" ]; then
  _cyclopts_minibroker "$@"
else
  compdef _cyclopts_minibroker minibroker
fi"""


@app.command
def completion(shell: Literal["bash", "zsh"], *, options: Options = Options()) -> None:
    """Print what makes bash or zsh complete commands, options and files.

    Load it in ~/.bashrc or, after compinit, in ~/.zshrc: eval "$(minibroker completion bash)". For
    zsh it may also be a file _minibroker in a folder of $fpath.

    Parameters
    ----------
    shell
        The shell that will read it.

    Example: minibroker completion bash
    """
    script = app.generate_completion(shell=shell)
    if shell == "zsh":
        script = f"{script.rstrip()}\n\n{ZSH_END}\n"
    if options.json:
        options.report.value({"ok": True, "shell": shell, "script": script})
    else:
        options.report.text(script)
