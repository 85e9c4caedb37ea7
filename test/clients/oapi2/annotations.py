"""Annotations, through each of the three services that have them and their own names for the calls."""

from building import build, models

NAMES = {
    "chat": ("chat", "list", "create", "update", "delete", "configure", "status"),
    "chatflow": ("chatflow", "list", "create", "update", "delete", "reply_settings", "reply_status"),
    "completion": (
        "completion",
        "list_annotations",
        "create_annotation",
        "update_annotation",
        "delete_annotation",
        "annotation_reply_settings",
        "query_annotation_reply_status",
    ),
}
REQUESTS = {
    "chat": ("ListAnnotationsRequest", "ConfigureAnnotationReplyRequest", "GetAnnotationReplyStatusRequest"),
    "chatflow": ("GetAnnotationsRequest", "AnnotationReplySettingsRequest", "AnnotationReplyStatusRequest"),
    "completion": ("ListAnnotationsRequest", "AnnotationReplySettingsRequest", "QueryAnnotationReplyStatusRequest"),
}


async def run(session):
    for service in NAMES:
        await annotations(session, service, models(service))


async def annotations(session, service, m):
    key, list_, create, update, delete, settings, status = NAMES[service]
    list_request, settings_request, status_request = (getattr(m, name) for name in REQUESTS[service])

    def check(name):
        return session.check(f"{service}.annotation.{name}", key)

    with check(create) as call:
        body = build(m.CreateAnnotationRequestBody, question="What is perry?", answer="Cider of pears")
        reply = await call(build(m.CreateAnnotationRequest, request_body=body))
        assert (reply.question, reply.answer) == ("What is perry?", "Cider of pears")
        annotation = reply.id
    with check(update) as call:
        body = build(m.UpdateAnnotationRequestBody, question="What is perry made of?", answer="Pears")
        reply = await call(build(m.UpdateAnnotationRequest, annotation_id=annotation, request_body=body))
        assert (reply.id, reply.question, reply.answer) == (annotation, "What is perry made of?", "Pears")
    with check(list_) as call:
        page, limit = ("1", "10") if service == "completion" else (1, 10)
        reply = await call(build(list_request, page=page, limit=limit))
        assert [each.answer for each in reply.data if each.id == annotation] == ["Pears"]
    with check(delete) as call:
        await call(build(m.DeleteAnnotationRequest, annotation_id=annotation))
    with check(f"{list_} (after delete)") as call:
        reply = await call(build(list_request))
        assert reply.data == []

    for action in ("enable", "disable"):
        with check(f"{settings} ({action})") as call:
            body = build(
                getattr(m, f"{settings_request.__name__}Body"),
                embedding_provider_name="langgenius/openai/openai",
                embedding_model_name="text-embedding-3-small",
                score_threshold=0.9,
            )
            reply = await call(build(settings_request, action=action, request_body=body))
            assert reply.job_id and reply.job_status == "waiting"
            job = reply.job_id
        with check(f"{status} ({action})") as call:
            request = build(status_request, action=action, job_id=job)
            reply = await call.until(request, lambda answer: answer.job_status != "waiting")
            assert (reply.job_id, reply.job_status) == (job, "completed")
