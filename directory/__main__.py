"""Run the console script as ``python -m directory``."""

from directory.app import main

if __name__ == "__main__":
    main()
