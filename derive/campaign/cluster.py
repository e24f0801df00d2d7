"""A Dask cluster as an executor of `concurrent.futures`. Scheduling, and what happens when a worker dies, is Dask's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from derive.errors import UsageError
from derive.report import Progress, silent

#: Seconds for the scheduler to answer.
TIMEOUT = 10.0


@contextmanager
def executor(address: str, *, timeout: float = TIMEOUT, progress: Progress = silent) -> Iterator[Executor]:
    """The executor of a client of the Dask scheduler at an address such as ``tcp://10.0.0.1:8786``.

    Leaving it withdraws what is not finished. The workers need the same derive, Python and libraries as this process,
    and a C compiler; they need no common file system.

    Raises
    ------
    UsageError
        without the package ``distributed``, and where no scheduler answers.
    """
    try:
        from distributed import Client
        from distributed.comm import resolve_address
    except ImportError as error:
        raise UsageError(f"a scheduler needs Dask: {error}", "pip install distributed") from error
    # What the client logs of a connection that is lost, with a traceback, reaches the caller as withdrawn work.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        resolve_address(address)  # a client that cannot read its address complains once more as it is collected
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        said = str(error) or type(error).__name__
        hint = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
        raise UsageError(f"no Dask scheduler answers at {address}: {said}", hint) from error
    with client:
        progress(f"the scheduler at {address} has {sum(client.nthreads().values())} threads of workers")
        pool = client.get_executor(pure=False)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False)
