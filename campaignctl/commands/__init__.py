"""The commands: options in, one piece of work, text out, an exit code."""
