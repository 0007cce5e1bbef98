"""Serve the sample site until interrupted: ``python -m corpus.sample [PORT]``."""

import sys
import threading

from corpus.sample.serve import SampleServer


def main() -> None:
    """Print the address and serve."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with SampleServer(port=port) as server:
        sys.stderr.write(f"{server.url}\n")
        threading.Event().wait()


if __name__ == "__main__":
    main()
