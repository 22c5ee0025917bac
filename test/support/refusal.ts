import { HpoError } from '../../src/base/errors.ts';

/** The code and the message of the HpoError that a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!HpoError.is(error)) throw new Error('It was not refused with an HpoError.', { cause: error });
  return `${error.code} ${error.message}`;
}
