"""Calls the SDK's methods by name, blocking or awaited, and reports each as a line of JSON."""

import asyncio
import inspect
import json
import logging
import time
from contextlib import contextmanager

from dify_oapi.client import Client
from dify_oapi.core.log import logger
from dify_oapi.core.model.request_option import RequestOption
from pydantic import ValidationError

SERVICES = ("chat", "chatflow", "completion", "dify", "knowledge", "workflow")


class Log(logging.Handler):
    """The SDK's log, which else goes to the standard output."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


log = Log()


class Session:
    def __init__(self, url, keys, awaits):
        logger.handlers = [log]
        self.client = Client.builder().domain(url).timeout(30).max_retry_count(0).build()
        self.keys = keys
        self.awaits = awaits

    def methods(self):
        """Every call the SDK has: what has an awaited twin. Resources that services share are their owner's."""
        for service in SERVICES:
            for name, resource in vars(getattr(self.client, service).v1).items():
                if type(resource).__module__.startswith(f"dify_oapi.api.{service}."):
                    for method in dir(resource):
                        if callable(getattr(resource, f"a{method}", None)):
                            yield f"{service}.{name}.{method}"

    @contextmanager
    def check(self, name, key):
        """Gives the call of that name, up to a first blank; what fails inside is the call's error."""
        service, resource, method = name.split(" ")[0].split(".")
        calls = Call(getattr(getattr(self.client, service).v1, resource), method, self.keys[key], self.awaits)
        error = None
        try:
            yield calls
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}\n{calls.last()}"
        print(json.dumps({"name": name, "ok": error is None, "error": error}), flush=True)


class Call:
    def __init__(self, resource, method, key, awaits):
        self.method = getattr(resource, f"a{method}" if awaits else method)
        self.option = RequestOption.builder().api_key(key).build()
        self.awaits = awaits
        self.raw = None

    async def __call__(self, request):
        """The answer of a call that must succeed."""
        reply = await self.answer(request)
        assert reply.success and 200 <= self.raw.status_code < 300, f"HTTP {self.raw.status_code} {reply.code}"
        return reply

    async def refused(self, request):
        """The answer of a call that the server refuses."""
        reply = await self.answer(request)
        assert self.raw.status_code >= 400, f"HTTP {self.raw.status_code}"
        return reply

    async def unreadable(self, request, field):
        """What a call was answered that raises, its work done, because the SDK's model refuses this field; the SDK logs it."""
        try:
            await self(request)
        except ValidationError as error:
            assert {problem["loc"][-1] for problem in error.errors()} == {field}, error
            return json.loads(log.lines[-1].split(" from ", 1)[1])
        raise AssertionError(f"The SDK has read {field}")

    async def answer(self, request):
        reply = self.method(request, self.option)
        reply = await reply if self.awaits else reply
        self.raw = reply.raw
        return reply

    async def events(self, request):
        """The events of a streamed answer, as they come."""
        stream = self.method(request, self.option, stream=True)
        stream = await stream if self.awaits else stream
        rest = b""
        async for piece in each(stream):
            *blocks, rest = (rest + piece).split(b"\n\n")
            for block in blocks:
                if block.startswith(b"data: "):
                    yield json.loads(block[6:])
        assert rest == b"", f"left over: {rest!r}"

    async def until(self, request, done):
        """Asks again until the answer is as wanted, at most 20 seconds."""
        deadline = time.monotonic() + 20
        while not done(reply := await self(request)):
            assert time.monotonic() < deadline, "still not done"
            await asyncio.sleep(0.02)
        return reply

    def json(self):
        """The last answer as the server sent it, where the SDK's model has no place for it."""
        return json.loads(self.raw.content)

    def last(self):
        return f"last answer: HTTP {self.raw.status_code} {self.raw.content[:500]!r}" if self.raw else "no answer"


async def each(stream):
    if inspect.isasyncgen(stream):
        async for piece in stream:
            yield piece
    else:
        for piece in stream:
            yield piece
