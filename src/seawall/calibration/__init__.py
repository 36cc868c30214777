"""What a case's own past events say: delays by maximum likelihood, and the coefficients that follow.

`calibrate` fits and compares; `write_assumptions` puts what was measured into a case folder.
`model` alone asks the outbreak model.
"""

from seawall.calibration.calibration import DEFAULT_N, calibrate
from seawall.calibration.result import Calibration
from seawall.calibration.writing import next_step, own_folder, write_assumptions

__all__ = ["DEFAULT_N", "Calibration", "calibrate", "next_step", "own_folder", "write_assumptions"]
