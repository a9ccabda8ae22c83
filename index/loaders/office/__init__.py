"""Loaders of Microsoft Word, Excel and PowerPoint."""
