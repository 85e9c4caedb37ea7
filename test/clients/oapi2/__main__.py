"""Calls every method of the SDK: `python oapi2 URL KEYS sync|async`, KEYS being JSON. A line of JSON per call."""

import asyncio
import json
import sys
import traceback

import annotations
import chats
import completions
import core
import documents
import knowledge
import workflows
from session import Session


async def main(url, keys, mode):
    session = Session(url, json.loads(keys), awaits=mode == "async")
    print(json.dumps({"methods": list(session.methods())}), flush=True)
    for part in (knowledge, documents, annotations, chats, completions, core, workflows):
        try:
            await part.run(session)
        except Exception:
            # What follows a call that failed may lack what that call should have given; the next part needs nothing of it.
            traceback.print_exc()
    session.client.close()
    await session.client.aclose()


asyncio.run(main(*sys.argv[1:]))
