"""What every app has: facts about it, files, speech, feedback."""

import mimetypes
from io import BytesIO

from building import build, models
from chats import USER

m = models("dify")
chat = models("chat")
KEY = "form"


async def run(session):
    def check(name, key=KEY):
        return session.check(f"dify.{name}", key)

    with check("info.get") as call:
        reply = await call(build(m.GetInfoRequest, user=USER))
        assert (reply.name, reply.tags, call.json()["mode"]) == ("Chat with a form", ["emulator"], "chat")
    with check("info.parameters") as call:
        reply = await call(build(m.GetParametersRequest, user=USER))
        assert reply.opening_statement == "Hello, I am open."
        assert [next(iter(field)) for field in call.json()["user_input_form"]] == ["text-input", "paragraph", "select", "number", "checkbox"]
    with check("info.meta", "agent") as call:
        await call(build(m.GetMetaRequest, user=USER))
        assert list(call.json()["tool_icons"]) == ["current_time"]
    with check("info.site") as call:
        reply = await call(build(m.GetSiteRequest))
        assert reply.title == "Chat with a form" and reply.default_language

    with check("file.upload") as call:
        content = "Grüße".encode()
        body = build(m.UploadFileBody, user=USER)
        reply = await call(build(m.UploadFileRequest, file=(BytesIO(content), "grüße.txt"), request_body=body))
        assert (reply.name, reply.size, reply.extension) == ("grüße.txt", len(content), "txt") and reply.id

    with check("audio.from_text") as call:
        body = build(m.TextToAudioRequestBody, text="Perry is made of pears.", user=USER)
        await call(build(m.TextToAudioRequest, request_body=body))
        assert call.raw.content_type == "audio/mpeg" and len(call.raw.content) > 1000 and call.raw.content[0] == 0xFF
        speech = call.raw.content
    hear = {"request_body": build(m.AudioToTextRequestBody, user=USER)}
    mimetypes.add_type("audio/mpeg", ".mp3")
    with check("audio.to_text (as Python types it)") as call:
        # Dify takes audio/mp3, not the standard audio/mpeg which the SDK's HTTP library sends for the name.
        reply = await call.refused(build(m.AudioToTextRequest, file=(BytesIO(speech), "speech.mp3"), **hear))
        assert (call.raw.status_code, reply.code) == (415, "unsupported_audio_type")
    mimetypes.add_type("audio/mp3", ".mp3")
    with check("audio.to_text") as call:
        reply = await call(build(m.AudioToTextRequest, file=(BytesIO(speech), "speech.mp3"), **hear))
        assert f"speech.mp3, {len(speech)} bytes" in reply.text

    with session.check("chat.chat.chat (for feedback)", KEY) as call:
        body = build(chat.ChatRequestBody, query="Is it good?", inputs={"city": "Ulm"}, user=USER, response_mode="blocking")
        message = (await call(build(chat.ChatRequest, request_body=body))).message_id
    with check("feedback.submit") as call:
        body = build(m.SubmitFeedbackRequestBody, rating="like", user=USER, content="Very good")
        reply = await call(build(m.SubmitFeedbackRequest, message_id=message, request_body=body))
        assert reply.result == "success"
    with check("feedback.list") as call:
        reply = await call(build(m.GetFeedbacksRequest, page=1, limit=20))
        assert [(each.rating, each.content) for each in reply.data] == [("like", "Very good")]
        assert call.json()["data"][0]["message_id"] == message
