"""What whoever asks over HTTP reads, in a browser or in a program's log."""
