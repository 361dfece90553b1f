"""``python -m readout_nlp`` is the same as ``readout-nlp``."""

from readout_nlp.cli import main

if __name__ == "__main__":
    main()
