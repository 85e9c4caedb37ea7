/** The harness takes n8n from Node's own `require`, which jest's environment lends it; here every `require` is Node's. */
Object.assign(globalThis, { requireFromNode: require });
