# Unit tests of daemon/ parts that need no socket.
