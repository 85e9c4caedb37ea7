"""Documents with their chunks and child chunks, and what retrieval finds of them."""

from io import BytesIO

from building import build, models

m = models("knowledge")
KEY = "dataset"
# An empty list of metadata, as Dify's main branch sends it (its releases send null), is none of the SDK's model.
UNREAD = "doc_metadata"
TEXT = "Basel lies on the Rhine.\n\nCider is made of pressed apples."
SEARCH = build(m.RetrievalModel, search_method="semantic_search", reranking_enable=False, top_k=3, score_threshold_enabled=False)


def base_request(name):
    body = build(m.CreateDatasetRequestBody, name=name, indexing_technique="high_quality")
    return build(m.CreateDatasetRequest, request_body=body)


def rule(mode, **rules):
    clean = [build(m.PreprocessingRule, id="remove_extra_spaces", enabled=True)]
    cut = build(m.SegmentationRule, separator="\n\n", max_tokens=500)
    return build(m.ProcessRule, mode=mode, rules=build(m.ProcessRules, pre_processing_rules=clean, segmentation=cut, **rules))


def text_request(base, name, text, process_rule, doc_form):
    body = build(
        m.CreateDocumentByTextRequestBody,
        name=name,
        text=text,
        indexing_technique="high_quality",
        doc_form=doc_form,
        doc_language="English",
        process_rule=process_rule,
    )
    return build(m.CreateDocumentByTextRequest, dataset_id=base, request_body=body)


async def run(session):
    def check(name):
        return session.check(f"knowledge.{name}", KEY)

    async def indexed(what, batch):
        """The SDK's model has no place for the answer's `data`."""
        with check(f"document.get_batch_status ({what})") as call:
            request = build(m.GetBatchIndexingStatusRequest, dataset_id=base, batch=batch)
            await call.until(request, lambda _: call.json()["data"][0]["indexing_status"] in ("completed", "error"))
            [status] = call.json()["data"]
            assert status["indexing_status"] == "completed" and status["completed_segments"] == status["total_segments"] > 0

    with check("dataset.create (for documents)") as call:
        base = (await call(base_request("Facts"))).id
    with check("document.create_by_text") as call:
        reply = await call.unreadable(text_request(base, "Facts", TEXT, rule("custom"), "text_model"), UNREAD)
        assert reply["document"]["name"] == "Facts"
        document, batch = reply["document"]["id"], reply["batch"]
    await indexed("by text", batch)
    with check("document.list") as call:
        reply = await call.unreadable(build(m.ListDocumentsRequest, dataset_id=base, keyword="Facts", page=1, limit=10), UNREAD)
        assert reply["total"] == 1 and reply["data"][0]["id"] == document
    with check("document.get") as call:
        reply = await call(build(m.GetDocumentRequest, dataset_id=base, document_id=document))
        assert (reply.id, reply.name, reply.indexing_status, reply.enabled) == (document, "Facts", "completed", True)
    with check("dataset.retrieve") as call:
        body = build(m.RetrieveFromDatasetRequestBody, query="What is cider made of?", retrieval_model=SEARCH)
        reply = await call(build(m.RetrieveFromDatasetRequest, dataset_id=base, request_body=body))
        assert reply.query.content == "What is cider made of?"
        best = reply.records[0]
        assert "pressed apples" in best.segment.content and best.score > 0 and best.segment.document.id == document

    await segments(check, base, document)

    with check("document.update_by_text") as call:
        body = build(m.UpdateDocumentByTextRequestBody, name="News", text="Perry is made of pears.", process_rule=rule("custom"))
        request = build(m.UpdateDocumentByTextRequest, dataset_id=base, document_id=document, request_body=body)
        reply = await call.unreadable(request, UNREAD)
        assert (reply["document"]["id"], reply["document"]["name"]) == (document, "News")
        batch = reply["batch"]
    await indexed("updated by text", batch)
    with check("document.create_by_file") as call:
        options = build(m.CreateDocumentByFileRequestBodyData, indexing_technique="high_quality", process_rule=rule("custom"))
        body = build(m.CreateDocumentByFileRequestBody, data=options)
        file = (BytesIO("Zürich liegt am See.".encode()), "städte.md")
        reply = await call.unreadable(build(m.CreateDocumentByFileRequest, dataset_id=base, request_body=body, file=file), UNREAD)
        assert reply["document"]["name"] == "städte.md"
        uploaded, batch = reply["document"]["id"], reply["batch"]
    await indexed("by file", batch)
    with check("document.update_by_file") as call:
        options = build(m.UpdateDocumentByFileRequestBodyData, name="Orte", process_rule=rule("custom"))
        body = build(m.UpdateDocumentByFileRequestBody, data=options)
        file = (BytesIO("Bern liegt an der Aare.".encode()), "orte.txt")
        request = build(m.UpdateDocumentByFileRequest, dataset_id=base, document_id=uploaded, request_body=body, file=file)
        reply = await call.unreadable(request, UNREAD)
        assert reply["document"]["id"] == uploaded
        batch = reply["batch"]
    await indexed("updated by file", batch)
    with check("segment.list (updated by file)") as call:
        reply = await call(build(m.ListSegmentsRequest, dataset_id=base, document_id=uploaded))
        assert [each.content for each in reply.data] == ["Bern liegt an der Aare."]
    with check("document.file_info") as call:
        # Dify 0.15.1 to 1.8.1 only; since then an HTML page of "not found", which the SDK takes for an empty success.
        await call.refused(build(m.GetUploadFileInfoRequest, dataset_id=base, document_id=uploaded))
        assert call.raw.status_code == 404 and call.raw.content_type.startswith("text/html")
    with check("document.update_status") as call:
        body = build(m.UpdateDocumentStatusRequestBody, document_ids=[uploaded])
        reply = await call(build(m.UpdateDocumentStatusRequest, dataset_id=base, action="disable", request_body=body))
        assert reply.result == "success"
    with check("document.get (disabled)") as call:
        # The SDK's model does not know the word.
        reply = await call.unreadable(build(m.GetDocumentRequest, dataset_id=base, document_id=uploaded), "display_status")
        assert (reply["enabled"], reply["display_status"]) == (False, "disabled")

    with check("document.delete") as call:
        await call(build(m.DeleteDocumentRequest, dataset_id=base, document_id=document))
    with check("document.get (after delete)") as call:
        reply = await call.refused(build(m.GetDocumentRequest, dataset_id=base, document_id=document))
        assert reply.code == "not_found"

    with check("dataset.create (for child chunks)") as call:
        base = (await call(base_request("Families"))).id
    with check("document.create_by_text (hierarchical)") as call:
        cut = build(m.SubChunkSegmentationRule, separator="\n", max_tokens=200)
        split = rule("hierarchical", parent_mode="paragraph", subchunk_segmentation=cut)
        request = text_request(base, "Family", "First child.\nSecond child.", split, "hierarchical_model")
        reply = await call.unreadable(request, UNREAD)
        parent, batch = reply["document"]["id"], reply["batch"]
    await indexed("hierarchical", batch)
    await children(check, base, parent)


async def segments(check, base, document):
    path = {"dataset_id": base, "document_id": document}
    with check("segment.list") as call:
        reply = await call(build(m.ListSegmentsRequest, **path, status="completed", page=1, limit=10))
        assert [each.content for each in reply.data] == TEXT.split("\n\n")
    with check("segment.create") as call:
        content = build(m.SegmentContent, content="Dublin lies on the Liffey.", keywords=["Dublin"])
        reply = await call(build(m.CreateSegmentRequest, **path, request_body=build(m.CreateSegmentRequestBody, segments=[content])))
        [made] = reply.data
        assert (made.content, made.keywords, made.document_id) == ("Dublin lies on the Liffey.", ["Dublin"], document)
    path["segment_id"] = made.id
    with check("segment.update") as call:
        content = build(m.SegmentContent, content="Dublin is the capital of Ireland.", keywords=["Ireland"])
        reply = await call(build(m.UpdateSegmentRequest, **path, request_body=build(m.UpdateSegmentRequestBody, segment=content)))
        assert (reply.data.id, reply.data.content) == (made.id, "Dublin is the capital of Ireland.")
    with check("segment.get") as call:
        reply = await call(build(m.GetSegmentRequest, **path))
        assert (reply.data.content, reply.data.keywords) == ("Dublin is the capital of Ireland.", ["Ireland"])
    with check("segment.delete") as call:
        await call(build(m.DeleteSegmentRequest, **path))
    with check("segment.get (after delete)") as call:
        reply = await call.refused(build(m.GetSegmentRequest, **path))
        assert reply.code == "not_found"


async def children(check, base, document):
    path = {"dataset_id": base, "document_id": document}
    with check("segment.list (hierarchical)") as call:
        reply = await call(build(m.ListSegmentsRequest, **path))
        path["segment_id"] = reply.data[0].id
    with check("chunk.list") as call:
        reply = await call(build(m.ListChildChunksRequest, **path, page=1, limit=10))
        assert [each.content for each in reply.data] == ["First child.", "Second child."] and reply.total == 2
        child = reply.data[0].id
    with check("chunk.create") as call:
        # Dify takes one `content`, the SDK sends `chunks`.
        body = build(m.CreateChildChunkRequestBody, add_chunk=("Third child.", ["third"]))
        reply = await call.refused(build(m.CreateChildChunkRequest, **path, request_body=body))
        assert call.raw.status_code == 400 and reply.code == "invalid_param" and "content" in reply.msg
    with check("chunk.update") as call:
        body = build(m.UpdateChildChunkRequestBody, content="Eldest child.")
        reply = await call(build(m.UpdateChildChunkRequest, **path, child_chunk_id=child, request_body=body))
        assert (reply.data.id, reply.data.content) == (child, "Eldest child.")
    with check("chunk.delete") as call:
        await call(build(m.DeleteChildChunkRequest, **path, child_chunk_id=child))
    with check("chunk.list (after delete)") as call:
        reply = await call(build(m.ListChildChunksRequest, **path))
        assert [each.content for each in reply.data] == ["Second child."]
