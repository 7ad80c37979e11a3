"""Two bare DRF views: insert one row, read 50 rows. The baseline of the HTTP benches."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.bare.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.bench.bare.models import Row


class RowShape(serializers.Serializer):
    """A row, in and out."""

    id = serializers.IntegerField(read_only=True)
    code = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=160)
    unit = serializers.CharField(max_length=20)
    price = serializers.DecimalField(max_digits=18, decimal_places=6)
    stock = serializers.DecimalField(max_digits=18, decimal_places=3)
    weight = serializers.DecimalField(max_digits=12, decimal_places=3)


class Rows(APIView):
    """POST inserts one, GET lists 50."""

    def post(self, request):
        shape = RowShape(data=request.data)
        shape.is_valid(raise_exception=True)
        row = Row.objects.create(**shape.validated_data)
        return Response(RowShape(row).data, status=201)

    def get(self, request):
        return Response(RowShape(Row.objects.order_by("code")[:50], many=True).data)


urlpatterns = [path("rows", Rows.as_view())]
