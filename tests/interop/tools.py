"""What fetches and runs other systems, below build/interop."""

import importlib.metadata
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 1200  # seconds, for each program


class NotHad(Exception):
    """A system, or a part of it, that is not to be had here."""


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=LIMIT, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def had(*command, **options):
    """What fetches something."""
    try:
        return run(*command, **options)
    except AssertionError as error:
        raise NotHad(str(error).strip().splitlines()[-1]) from error


class Tools:
    def __init__(self, work):
        self.work = work

    def folder(self, name):
        folder = self.work / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @staticmethod
    def version_of(package):
        return f"{package} {importlib.metadata.version(package)}"
