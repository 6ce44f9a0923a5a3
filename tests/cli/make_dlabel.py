"""make_dlabel.py RECORDING FILE: the labels of eight regions, the last with key 1 to the first with key 8, on two surfaces
and three voxels, and two labels that no region has. Exit code 77 without nibabel."""
import sys

try:
    import h5py
    import nibabel
    import numpy as np
    from nibabel.cifti2 import cifti2_axes as axes
except ImportError:
    sys.exit(77)

with h5py.File(sys.argv[1]) as file:
    regions = [label.decode() for label in file["connectome/labels"][()]]
left = axes.BrainModelAxis.from_mask(np.ones(40), name="CortexLeft")
right = axes.BrainModelAxis.from_mask(np.arange(30) % 3 != 0, name="CortexRight")
mask = np.zeros((4, 4, 4))
mask[1, 2, 3] = mask[0, 0, 0] = mask[3, 3, 3] = 1
voxels = axes.BrainModelAxis.from_mask(mask, name="ThalamusLeft", affine=np.diag([2, 2, 2, 1]))
models = left + right + voxels
keys = np.zeros(len(models))
keys[:40] = np.where(np.arange(40) < 36, 1 + np.arange(40) % 8, 9)  # vertex v < 36: key 1 + v mod 8
keys[32] = 1
keys[36:39] = 0
keys[40:60] = 1 + np.arange(20) % 8
keys[60:63] = [3, 8, 9]  # voxels (0, 0, 0), (1, 2, 3), (3, 3, 3)
table = {0: ("???", (0, 0, 0, 0)), 9: ("other", (1, 0, 0, 1)), 10: ("nowhere", (0, 0, 1, 1))}
table.update({1 + k: (regions[7 - k], (k / 8, 0, 0, 1)) for k in range(8)})
labels = axes.LabelAxis(["parcels"], [table])
image = nibabel.Cifti2Image(keys[None], header=(labels, models))
image.to_filename(sys.argv[2])
