import { AppError } from './errors';

/** One answer for everything that does not exist or belongs to somebody else: the two must not be told apart. */
export function nothingHere(): AppError {
  return new AppError('not-found', 'There is nothing here.');
}
