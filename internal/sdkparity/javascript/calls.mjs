// Makes the calls that standard input lists with the unmodified AWS SDK, and
// writes the outcome of each.
//
// A call is {endpoint, accessKeyId, secretAccessKey, operation, input}. Its
// outcome is {output} without metadata, or {error} with the name of the
// exception, whether it is an instance of the SDK's class of that name, its
// message, status, fault and Type, and whether it has a request id.

import { json } from "node:stream/consumers";
import * as lambda from "@aws-sdk/client-lambda";

function clientOf({ endpoint, accessKeyId, secretAccessKey }) {
  return new lambda.LambdaClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
}

function seen(error) {
  const itsClass = lambda[error.name];
  return {
    name: error.name,
    typed: typeof itsClass === "function" && error instanceof itsClass,
    ofLambda: error instanceof lambda.LambdaServiceException,
    message: error.message,
    status: error.$metadata?.httpStatusCode,
    fault: error.$fault,
    type: error.Type,
    reason: error.Reason,
    retryAfterSeconds: error.retryAfterSeconds,
    hasRequestId: Boolean(error.$metadata?.requestId),
  };
}

async function outcome(call) {
  const client = clientOf(call);
  try {
    const { $metadata, ...output } = await client.send(new lambda[`${call.operation}Command`](call.input));
    return { output, status: $metadata.httpStatusCode };
  } catch (error) {
    return { error: seen(error) };
  } finally {
    client.destroy();
  }
}

const outcomes = [];
for (const call of await json(process.stdin)) {
  outcomes.push(await outcome(call));
}
console.log(JSON.stringify(outcomes));
