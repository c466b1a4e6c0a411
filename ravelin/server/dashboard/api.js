// Requests to the server, and its problems.

const PATIENCE = 10_000;

export class Problem extends Error {
  constructor(body, request) {
    super(body.detail ?? body.title);
    Object.assign(this, { title: "The request failed", status: 0, type: "", ...body, request });
  }
}

// Sends a request; gives {status, etag, data}. Throws a Problem, also when nobody answers.
export async function send(method, path, { body, etag, patience = PATIENCE } = {}) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    const late = error.name === "TimeoutError";
    throw new Problem(
      {
        title: late ? "The server is slow" : "The server does not answer",
        detail: late
          ? `The server did not answer ${path} within ${patience / 1000} s.`
          : `The server did not answer ${path}.`,
      },
      { method, path, body },
    );
  }
  if (answer.status === 304) return { status: 304, etag };
  const text = await answer.text();
  const data = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Problem({ status: answer.status, ...data }, { method, path, body });
  return { status: answer.status, etag: answer.headers.get("ETag"), data };
}

export async function get(path, options) {
  return (await send("GET", path, options)).data;
}

export async function post(path, body, options) {
  return (await send("POST", path, { body, ...options })).data;
}

// The request of a problem with the nearest valid name in the place of the wrong one; null where none is offered.
export function repaired({ nearest, parameter, request }) {
  if (!nearest || !request) return null;
  if (request.body !== undefined) {
    const body = structuredClone(request.body);
    const names = (parameter ?? "").split(".");
    const last = names.pop();
    const holder = names.reduce((part, name) => part?.[name], body);
    if (!holder || !(last in holder)) return null;
    holder[last] = nearest;
    return { ...request, body };
  }
  const [path, query = ""] = request.path.split("?");
  const asked = new URLSearchParams(query);
  if (!asked.has(parameter)) return null;
  asked.set(parameter, nearest);
  return { ...request, path: `${path}?${asked}` };
}
