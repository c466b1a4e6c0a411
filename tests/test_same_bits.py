"""A scenario and a seed give the same world and history whatever the processor (docs/decisions/same-bits.md).

Each run is a process of its own in which NumPy, OpenBLAS, the C library or LLVM is told that this processor can
do less than it can. Whether that was believed is asked first: a setting that changes nothing proves nothing.
"""

import hashlib
import json
import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from numpy._core import _multiarray_umath

from ravelin.core.kernel import compiled

RUN = """
import json, sys
from numpy._core import _multiarray_umath
from ravelin import Scenario, Simulation

catalog, consumers, ticks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
economy = Simulation(Scenario.load(catalog, consumers=consumers), threads=1)
opening = economy.fingerprint()
economy.step(ticks)
history = economy.history()
columns = {name: repr(history.column(name).to_pylist()) for name in history.column_names}
print(json.dumps({
    "opening": opening, "world": economy.fingerprint(), "history": columns,
    "features": [name for name, there in _multiarray_umath.__cpu_features__.items() if there],
}))
"""
LIBRARIES = """
import json
import numpy as np, math
rng = np.random.default_rng(1)
x = rng.uniform(0.1, 9.0, 4096)
a = rng.normal(size=(96, 96))
print(json.dumps([
    float.hex(float(v)) for v in (*np.exp(x), *np.log(x), *x**0.7, *map(math.exp, x), *map(math.log, x),
                                  *(math.pow(v, 0.7) for v in x), *(a @ a).ravel(), *np.linalg.solve(a, x[:96]))
]))
"""


class Processor(NamedTuple):
    """A pretended processor: what the libraries are told by the environment."""

    name: str
    environment: dict[str, str]


def numpy_features() -> str:
    """The features that NumPy would use here and can be told not to."""
    here = _multiarray_umath.__cpu_features__
    return " ".join(name for name in _multiarray_umath.__cpu_dispatch__ if here.get(name))


GLIBC = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512DQ,-AVX2,-AVX,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable"
PROCESSORS = (
    Processor("NumPy without vector units", {"NPY_DISABLE_CPU_FEATURES": numpy_features()}),
    Processor("OpenBLAS of 2004", {"OPENBLAS_CORETYPE": "Prescott"}),
    Processor("OpenBLAS of 2013", {"OPENBLAS_CORETYPE": "Haswell"}),
    Processor("C library without FMA", {"GLIBC_TUNABLES": GLIBC}),
)
LEAST = Processor(
    "all of these, and numba without SVML",
    {
        "NPY_DISABLE_CPU_FEATURES": numpy_features(), "OPENBLAS_CORETYPE": "Prescott", "GLIBC_TUNABLES": GLIBC,
        "NUMBA_DISABLE_INTEL_SVML": "1",
    },
)  # fmt: skip


def python(source: str, environment: dict[str, str], *arguments: str) -> object:
    """Run a program in a process of its own and read the JSON that it prints."""
    told = {name: value for name, value in environment.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", source, *arguments], env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def run(processor: Processor, catalog: str, consumers: int, ticks: int) -> dict[str, object]:
    found = python(RUN, processor.environment, catalog, str(consumers), str(ticks))
    assert isinstance(found, dict)
    features = found.pop("features")
    off = processor.environment.get("NPY_DISABLE_CPU_FEATURES", "").split()
    assert not set(off) & set(features), "NumPy uses features that it was told not to use"
    return dict(found)


HERE = Processor("as it is", {})


@pytest.mark.skipif(sys.platform != "linux", reason="the settings are those of Linux")
def test_the_libraries_believe_that_they_run_on_another_processor() -> None:
    usual, other = python(LIBRARIES, {}), python(LIBRARIES, LEAST.environment)
    if usual == other:
        pytest.skip("this processor's libraries give one result with and without its features: nothing can be told")


@pytest.mark.parametrize(("catalog", "consumers"), [("default", 500), ("teaching", 500)])
def test_a_lesser_processor_gives_the_same_bits(catalog: str, consumers: int) -> None:
    assert run(LEAST, catalog, consumers, 3) == run(HERE, catalog, consumers, 3)


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS, ids=lambda processor: processor.name)
@pytest.mark.parametrize(("catalog", "consumers"), [("default", 2_000), ("teaching", 2_000)])
def test_each_lesser_processor_gives_the_same_bits(processor: Processor, catalog: str, consumers: int) -> None:
    if processor.name.startswith("NumPy") and not numpy_features():
        pytest.skip("NumPy uses nothing here beyond what every processor of its kind has")
    assert run(processor, catalog, consumers, 13) == run(HERE, catalog, consumers, 13)


@pytest.mark.slow
def test_machine_code_for_the_least_processor_gives_the_same_bits(tmp_path: object) -> None:
    told = {"NUMBA_CPU_NAME": "generic", "RAVELIN_CACHE": str(tmp_path)}
    least = Processor("generic", told)
    assert run(least, "default", 500, 3) == run(HERE, "default", 500, 3)


@compiled
def _rounded_products(results: np.ndarray, left: np.ndarray, right: np.ndarray) -> None:
    for row in range(results.size):
        results[row] = left[row] * right[row] - 1.0


def test_numba_does_not_fuse_products_with_sums() -> None:
    # (1 + e)(1 - e) is 1 - e * e, which a float rounds to 1: only a fused step sees the square.
    small = np.ldexp(1.0, -np.arange(27, 52).repeat(8))
    results = np.empty(small.size)
    _rounded_products(results, 1.0 + small, 1.0 - small)
    assert (results == 0.0).all()


def test_a_digest_of_the_arithmetic_is_the_same_everywhere() -> None:
    from ravelin.core.arithmetic import exp_each, log_each, normal_quantile_each, power_each, product, solve, total

    numbers = np.arange(1, 4097) / 455.0
    square = np.sqrt(np.arange(1.0, 1025.0)).reshape(32, 32) % 1.0
    results = (
        exp_each(numbers), log_each(numbers), power_each(numbers, 0.7), normal_quantile_each(numbers / 9.1),
        product(square, square), solve(square, numbers[:32]), np.array(total(numbers)),
    )  # fmt: skip
    digest = hashlib.blake2b(b"".join(result.tobytes() for result in results), digest_size=8).hexdigest()
    assert digest == "06b14b58c9f98662"
