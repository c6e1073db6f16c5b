// Ready-to-paste programs with the reader's own key. A test runs both.
export interface Given {
  url: string
  apiKey: string
  apiSecret: string
}

export const pythonSnippet = ({ url, apiKey, apiSecret }: Given): string => `# pip install pyjwt requests
import time, jwt, requests

URL = "${url}"
API_KEY = "${apiKey}"
API_SECRET = "${apiSecret}"

now = int(time.time())
token = jwt.encode(
    {"sub": API_KEY, "iat": now, "exp": now + 3600, "iss": "sdk"},
    API_SECRET, algorithm="HS256", headers={"kid": API_KEY})

answer = requests.get(f"{URL}/api/v1/notifications",
                      headers={"Authorization": f"Bearer {token}"},
                      params={"limit": 5, "unread_only": True})
answer.raise_for_status()
for alert in answer.json()["notifications"]:
    print(alert["metadata"]["view_name"], alert["metadata"]["result_count"])
`

export const curlSnippet = ({ url, apiKey, apiSecret }: Given): string => `API_KEY='${apiKey}'
API_SECRET='${apiSecret}'
b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
head=$(printf '{"alg":"HS256","typ":"JWT","kid":"%s"}' "$API_KEY" | b64)
claims=$(printf '{"sub":"%s","iat":%d,"exp":%d,"iss":"sdk"}' "$API_KEY" "$now" $((now + 3600)) | b64)
signature=$(printf '%s.%s' "$head" "$claims" | openssl dgst -sha256 -hmac "$API_SECRET" -binary | b64)

curl -H "Authorization: Bearer $head.$claims.$signature" \\
  "${url}/api/v1/notifications?limit=5"
`
