# The process.
