from hypothesis import settings

# The first question asked of a process loads the dictionary: time says nothing here. Derandomised, so that
# a run tells about the code alone.
settings.register_profile("kotae", deadline=None, derandomize=True)
settings.load_profile("kotae")
