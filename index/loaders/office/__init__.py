"""Files of Microsoft Word, Excel and PowerPoint."""
