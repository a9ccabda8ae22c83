"""`kotae doctor`: checks of the settings, the index and the database."""
