"""Knowledge bases, their tags, and the models they may use."""

from building import build, models

m = models("knowledge")
KEY = "dataset"


async def run(session):
    def check(name):
        return session.check(f"knowledge.{name}", KEY)

    with check("model.embedding_models") as call:
        reply = await call(build(m.GetTextEmbeddingModelsRequest))
        assert reply.data[0].provider and reply.data[0].models[0].model

    with check("dataset.create") as call:
        body = build(m.CreateDatasetRequestBody, name="Cities", indexing_technique="high_quality", permission="only_me")
        reply = await call(build(m.CreateDatasetRequest, request_body=body))
        assert (reply.name, reply.indexing_technique, reply.permission) == ("Cities", "high_quality", "only_me")
        base = reply.id
    with check("dataset.list") as call:
        reply = await call(build(m.ListDatasetsRequest, page=1, limit=20))
        assert [each.name for each in reply.data if each.id == base] == ["Cities"]
    with check("dataset.get") as call:
        reply = await call(build(m.GetDatasetRequest, dataset_id=base))
        assert (reply.id, reply.name, reply.document_count) == (base, "Cities", 0)
    with check("dataset.update") as call:
        body = build(m.UpdateDatasetRequestBody, name="Towns", description="What we know of towns")
        reply = await call(build(m.UpdateDatasetRequest, dataset_id=base, request_body=body))
        assert (reply.id, reply.name, reply.description) == (base, "Towns", "What we know of towns")

    with check("tag.create") as call:
        body = build(m.CreateTagRequestBody, name="Geography", type="knowledge")
        reply = await call(build(m.CreateTagRequest, request_body=body))
        assert reply.name == "Geography" and reply.type == "knowledge"
        tag = reply.id
    with check("tag.update") as call:
        body = build(m.UpdateTagRequestBody, tag_id=tag, name="Maps")
        reply = await call(build(m.UpdateTagRequest, request_body=body))
        assert (reply.id, reply.name) == (tag, "Maps")
    with check("tag.list") as call:
        reply = await call(build(m.ListTagsRequest, type="knowledge"))
        assert [each.name for each in reply.data if each.id == tag] == ["Maps"]

    with check("tag.bind") as call:
        body = build(m.BindTagsToDatasetRequestBody, target_id=base, tag_ids=[tag])
        await call(build(m.BindTagsToDatasetRequest, request_body=body))
    with check("tag.get_dataset_tags") as call:
        reply = await call(build(m.GetDatasetTagsRequest, dataset_id=base))
        assert [(each.id, each.name) for each in reply.data] == [(tag, "Maps")] and reply.total == 1
    with check("tag.unbind") as call:
        body = build(m.UnbindTagsFromDatasetRequestBody, target_id=base, tag_id=tag)
        await call(build(m.UnbindTagsFromDatasetRequest, request_body=body))
    with check("tag.get_dataset_tags (after unbind)") as call:
        reply = await call(build(m.GetDatasetTagsRequest, dataset_id=base))
        assert reply.data == [] and reply.total == 0
    with check("tag.delete") as call:
        await call(build(m.DeleteTagRequest, request_body=build(m.DeleteTagRequestBody, tag_id=tag)))
    with check("tag.list (after delete)") as call:
        reply = await call(build(m.ListTagsRequest, type="knowledge"))
        assert tag not in [each.id for each in reply.data]

    with check("dataset.delete") as call:
        await call(build(m.DeleteDatasetRequest, dataset_id=base))
    with check("dataset.get (after delete)") as call:
        reply = await call.refused(build(m.GetDatasetRequest, dataset_id=base))
        assert reply.code == "not_found"
