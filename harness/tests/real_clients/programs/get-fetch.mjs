// Gets a URL: get-fetch.mjs URL.
const answer = await fetch(process.argv[2]);
console.log(answer.status);
