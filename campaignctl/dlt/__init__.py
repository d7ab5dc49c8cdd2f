"""DLT's part of the work: registered texts and their slots, a text held against them, links and numbers."""
