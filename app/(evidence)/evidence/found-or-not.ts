import { notFound } from 'next/navigation';
import { AppError } from '@/server/errors';

/** What a page asked for; what is not theirs to see is not found. */
export async function foundOrNot<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') notFound();
    throw error;
  }
}
