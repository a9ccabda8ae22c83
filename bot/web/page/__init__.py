"""The page that people look at: rendered here, working without JavaScript."""
