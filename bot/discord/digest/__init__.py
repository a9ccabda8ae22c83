"""The weekly digest: how many questions were asked, and which found no answer, in a channel that an administrator chose."""
