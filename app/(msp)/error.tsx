'use client';

/** Within the shell: the rest of Holdfast may well work. */
export { default } from '../error';
