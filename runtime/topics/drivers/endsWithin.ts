/** Whether something resolves within so long; what rejects does not. */
export async function endsWithin(timeMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeMs, false);
  });
  const inTime = work.then(
    () => true,
    () => false,
  );
  const hasEnded = await Promise.race([inTime, tooLate]);
  clearTimeout(timer);
  return hasEnded;
}
