"""Workflow runs."""

from building import build, models
from chats import USER, stopped

m = models("workflow")


def built(mode, **inputs):
    """As the SDK builds it: the inputs are a key `inputs` in the inputs."""
    body = build(m.RunWorkflowRequestBody, inputs=build(m.WorkflowInputs, inputs=inputs), response_mode=mode, user=USER)
    return build(m.RunWorkflowRequest, request_body=body)


def start(mode, **inputs):
    """With the inputs where Dify reads them."""
    request = built(mode, **inputs)
    request.body["inputs"] = request.body["inputs"]["inputs"]
    return request


async def run(session):
    def check(name, key="workflow"):
        return session.check(f"workflow.workflow.{name}", key)

    with check("run (as built)") as call:
        reply = await call.refused(built("blocking", query="What is perry?"))
        assert (call.raw.status_code, reply.code) == (400, "invalid_param") and "query is required" in reply.msg
    with check("run") as call:
        reply = await call(start("blocking", query="What is perry?", city="Ulm"))
        assert reply.data.status == "succeeded" and reply.data.outputs["city"] == "Ulm" and reply.data.total_steps > 0
        run_id = reply.workflow_run_id
    with check("run (streaming)") as call:
        events = [event async for event in call.events(start("streaming", query="What is cider?"))]
        assert events[0]["event"] == "workflow_started" and events[-1]["event"] == "workflow_finished"
        assert events[-1]["data"]["outputs"]["query"] and {event["workflow_run_id"] for event in events} == {events[0]["data"]["id"]}
    with check("detail") as call:
        reply = await call(build(m.GetWorkflowRunDetailRequest, workflow_run_id=run_id))
        assert (reply.id, reply.status) == (run_id, "succeeded")
        assert reply.inputs["query"] == "What is perry?" and reply.outputs["city"] == "Ulm"
    with check("logs") as call:
        reply = await call(build(m.GetWorkflowLogsRequest, status="succeeded", page=1, limit=20))
        assert run_id in [each.workflow_run.id for each in reply.data] and reply.data[0].created_by_end_user.session_id == USER
    with check("stop", "workflowSlow") as call:

        def stop(task):
            return build(m.StopWorkflowRequest, task_id=task, request_body=build(m.StopWorkflowRequestBody, user=USER))

        slow = start("streaming", query="Say something long")
        await stopped(session, "workflow.workflow.run (stopped)", "workflowSlow", slow, call, stop, "workflow_finished")
