// Azure's error answers, in the envelopes and words of recorded ones.

import { json, type Reply } from "./reply.ts";

/** Most of Azure: an `error` object with a code and a message. */
export function wrappedError(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

/** The metrics call of a single resource: the same two fields without the envelope. */
export function flatError(status: number, code: string, message: string): Reply {
  return json(status, { code, message });
}

/** 404 of a resource that does not exist. */
export function resourceNotFound(type: string, name: string, resourceGroup: string): Reply {
  return wrappedError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** 404 of a subscription nobody has heard of. */
export function subscriptionNotFound(id: string): Reply {
  return wrappedError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
}

/** 403 of an identity without the role. */
export function authorizationFailed(action: string, scope: string): Reply {
  return wrappedError(
    403,
    "AuthorizationFailed",
    `The client '00000000-0000-0000-0000-0000000000aa' with object id '00000000-0000-0000-0000-0000000000aa' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** 429 of the token bucket; Azure does not always say how long to wait. */
export function throttled(operation: string, retryAfterSeconds: number | undefined): Reply {
  const wait = retryAfterSeconds ?? 6;
  const reply = wrappedError(
    429,
    "SubscriptionRequestsThrottled",
    `Number of requests for action '${operation}' exceeded the limit. Please try again after '${wait}' seconds.`,
  );
  if (retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfterSeconds) } };
}
