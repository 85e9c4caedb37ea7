"""Completions."""

from building import build, models
from chats import USER, stopped

m = models("completion")
KEY = "completion"


def ask(query, mode):
    body = build(m.SendMessageRequestBody, inputs={"query": query}, query=query, response_mode=mode, user=USER)
    return build(m.SendMessageRequest, request_body=body)


async def run(session):
    with session.check("completion.completion.send_message", KEY) as call:
        reply = await call(ask("What is perry?", "blocking"))
        assert reply.answer and reply.message_id and reply.mode == "completion"
    with session.check("completion.completion.send_message (streaming)", KEY) as call:
        events = [event async for event in call.events(ask("What is perry?", "streaming"))]
        assert "".join(event["answer"] for event in events if event["event"] == "message") == reply.answer
        assert events[-1]["event"] == "message_end" and events[-1]["metadata"]["usage"]["total_tokens"] > 0
    with session.check("completion.completion.stop_response", KEY) as call:

        def stop(task):
            return build(m.StopResponseRequest, task_id=task, request_body=build(m.StopResponseRequestBody, user=USER))

        await stopped(session, "completion.completion.send_message (stopped)", KEY, ask("MAGIC_SLOW", "streaming"), call, stop, "message_end")
