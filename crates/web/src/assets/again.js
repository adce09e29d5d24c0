/* An answer that takes seconds: the page looks again by itself. */
setTimeout(() => location.reload(), 2000);
