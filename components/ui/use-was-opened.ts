import { useState } from 'react';

/** Whether something has been open, so that what it shows is fetched for the first time then and stays afterwards. */
export function useWasOpened(isOpen: boolean): boolean {
  const [wasOpened, setWasOpened] = useState(false);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened;
}
