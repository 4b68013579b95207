import os
import sys
import urllib.request

try:
    urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('HEALTH_PORT', '8000')}/health", timeout=3).close()
except OSError as error:
    sys.exit(str(error))
