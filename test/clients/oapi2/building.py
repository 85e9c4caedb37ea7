"""Short forms of the SDK's builders."""

import importlib
import pkgutil
from types import SimpleNamespace


def models(service):
    """Every model class of a service."""
    package = importlib.import_module(f"dify_oapi.api.{service}.v1.model")
    modules = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    found = [importlib.import_module(module.name) for module in modules]
    return SimpleNamespace(**{name: value for module in found for name, value in vars(module).items() if isinstance(value, type)})


def build(model, **values):
    """`Model.builder().name(value)….build()`; a tuple is several arguments."""
    builder = model.builder()
    for name, value in values.items():
        getattr(builder, name)(*value) if isinstance(value, tuple) else getattr(builder, name)(value)
    return builder.build()
