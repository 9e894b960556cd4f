"""The account of a whole run: from launch to exit, and in each process, every second has a place."""
