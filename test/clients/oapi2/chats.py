"""Chats and chatflows: answers, suggestions, conversations. The two services differ in the names of their calls."""

from building import build, models

USER = "client-user"


async def run(session):
    chat, chatflow = models("chat"), models("chatflow")

    def ask_chat(query, **more):
        return build(chat.ChatRequest, request_body=build(chat.ChatRequestBody, query=query, inputs={"city": "Ulm"}, user=USER, **more))

    def ask_flow(query, **more):
        body = build(chatflow.SendChatMessageRequestBody, query=query, inputs={}, user=USER, **more)
        return build(chatflow.SendChatMessageRequest, request_body=body)

    def stop_chat(task):
        return build(chat.StopChatRequest, task_id=task, request_body=build(chat.StopChatRequestBody, user=USER))

    def stop_flow(task):
        return build(chatflow.StopChatMessageRequest, task_id=task, request_body=build(chatflow.StopChatMessageRequestBody, user=USER))

    def suggested(m, message):
        return build(m.GetSuggestedQuestionsRequest, message_id=message, user=USER)

    with session.check("chat.chat.chat", "form") as call:
        reply = await call(ask_chat("What is perry?", response_mode="blocking", auto_generate_name=False))
        assert reply.answer and reply.mode == "chat" and reply.metadata.usage.total_tokens > 0
        talk, message = reply.conversation_id, reply.message_id
    with session.check("chat.chat.chat (streaming)", "form") as call:
        request = ask_chat("And what is cider?", response_mode="streaming", conversation_id=talk)
        await streamed(call, request, talk, ends=["message_end"])
    for name in ("chat.chat.suggested", "chat.message.suggested"):
        with session.check(name, "form") as call:
            reply = await call(suggested(chat, message))
            assert reply.result == "success" and "Können wir 下一步: What is perry?" in "".join(reply.data)
    with session.check("chat.chat.stop", "form") as call:
        await stopped(session, "chat.chat.chat (stopped)", "form", ask_chat("MAGIC_SLOW", response_mode="streaming"), call, stop_chat, "message_end")
    await conversations(session, "chat", chat, "form", talk, chat.GetConversationsListRequest, chat.GetMessageHistoryRequest)

    with session.check("chatflow.chatflow.send", "chatflow") as call:
        reply = await call(ask_flow("What is perry?", response_mode="blocking", auto_generate_name=False))
        assert reply.answer and reply.id
        talk, message = reply.conversation_id, reply.id
    with session.check("chatflow.chatflow.send (streaming)", "chatflow") as call:
        request = ask_flow("And what is cider?", response_mode="streaming", conversation_id=talk)
        await streamed(call, request, talk, ends=["message_end", "workflow_finished"])
    with session.check("chatflow.chatflow.suggested", "chatflow") as call:
        reply = await call(suggested(chatflow, message))
        assert reply.result == "success" and len(reply.data) == 3
    with session.check("chatflow.chatflow.stop", "chatflow") as call:
        request = ask_flow("MAGIC_SLOW", response_mode="streaming")
        await stopped(session, "chatflow.chatflow.send (stopped)", "chatflow", request, call, stop_flow, "workflow_finished")
    request_types = (chatflow.GetConversationsRequest, chatflow.GetConversationMessagesRequest)
    await conversations(session, "chatflow", chatflow, "chatflow", talk, *request_types)


async def streamed(call, request, conversation, ends):
    events = [event async for event in call.events(request)]
    answer = "".join(event["answer"] for event in events if event["event"] == "message")
    assert answer, [event["event"] for event in events]
    assert {event["conversation_id"] for event in events} == {conversation}
    assert sorted(event["event"] for event in events if event["event"] in ends) == sorted(ends)


async def stopped(session, name, key, request, stop, stop_request, last):
    """Stops a slow answer at its first piece; it must end long before its 60 pieces are said."""
    with session.check(name, key) as call:
        pieces, names = 0, []
        async for event in call.events(request):
            names.append(event["event"])
            if event["event"] in ("message", "text_chunk"):
                pieces += 1
                if pieces == 1:
                    reply = await stop(stop_request(event["task_id"]))
                    assert reply.result == "success"
        assert 1 <= pieces < 50 and names[-1] == last, (pieces, names[-3:])


async def conversations(session, service, m, key, talk, list_request, history_request):
    def check(name):
        return session.check(f"{service}.conversation.{name}", key)

    with check("list") as call:
        reply = await call(build(list_request, user=USER, limit=20, sort_by="-created_at"))
        assert talk in [each.id for each in reply.data] and reply.limit == 20
    names = ["conversation.history", "message.history"] if service == "chat" else ["conversation.messages"]
    for name in names:
        with session.check(f"{service}.{name}", key) as call:
            reply = await call(build(history_request, conversation_id=talk, user=USER, limit=20))
            assert [each.query for each in reply.data] == ["What is perry?", "And what is cider?"]
            assert all(each.answer for each in reply.data)
    with check("variables") as call:
        request = build(m.GetConversationVariablesRequest, conversation_id=talk, user=USER, limit=20)
        if service == "chat":
            assert (await call(request)).data == []
        else:
            # The SDK's model knows the types string, number and select only.
            variables = (await call.unreadable(request, "value_type"))["data"]
            assert {"string", "number", "object"} <= {each["value_type"] for each in variables}
            assert all(each["id"] and each["name"] for each in variables)
    with check("rename") as call:
        body = build(m.RenameConversationRequestBody, name="Pears", auto_generate=False, user=USER)
        reply = await call(build(m.RenameConversationRequest, conversation_id=talk, request_body=body))
        assert (reply.id, call.json()["name"]) == (talk, "Pears")
    with check("delete") as call:
        body = build(m.DeleteConversationRequestBody, user=USER)
        await call(build(m.DeleteConversationRequest, conversation_id=talk, request_body=body))
    with check("list (after delete)") as call:
        reply = await call(build(list_request, user=USER))
        assert talk not in [each.id for each in reply.data]
